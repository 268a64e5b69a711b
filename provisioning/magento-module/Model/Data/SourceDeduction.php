<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Data;

use Holdfast\Terminal\Api\Data\SourceDeductionInterface;
use Magento\Framework\Api\AbstractSimpleObject;

/**
 * @inheritdoc
 */
class SourceDeduction extends AbstractSimpleObject implements SourceDeductionInterface
{
    /**
     * @inheritdoc
     */
    public function getSku(): string
    {
        return $this->_get('sku');
    }

    /**
     * @inheritdoc
     */
    public function setSku(string $sku): void
    {
        $this->setData('sku', $sku);
    }

    /**
     * @inheritdoc
     */
    public function getSourceCode(): string
    {
        return $this->_get('source_code');
    }

    /**
     * @inheritdoc
     */
    public function setSourceCode(string $sourceCode): void
    {
        $this->setData('source_code', $sourceCode);
    }

    /**
     * @inheritdoc
     */
    public function getQuantity(): float
    {
        return $this->_get('quantity');
    }

    /**
     * @inheritdoc
     */
    public function setQuantity(float $quantity): void
    {
        $this->setData('quantity', $quantity);
    }
}
