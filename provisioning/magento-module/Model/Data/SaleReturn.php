<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Data;

use Holdfast\Terminal\Api\Data\SaleReturnInterface;
use Magento\Framework\Api\AbstractSimpleObject;

/**
 * @inheritdoc
 */
class SaleReturn extends AbstractSimpleObject implements SaleReturnInterface
{
    /**
     * @inheritdoc
     */
    public function getReturnId(): ?string
    {
        return $this->_get('return_id');
    }

    /**
     * @inheritdoc
     */
    public function setReturnId(?string $returnId): void
    {
        $this->setData('return_id', $returnId);
    }

    /**
     * @inheritdoc
     */
    public function getSaleId(): ?string
    {
        return $this->_get('sale_id');
    }

    /**
     * @inheritdoc
     */
    public function setSaleId(?string $saleId): void
    {
        $this->setData('sale_id', $saleId);
    }

    /**
     * @inheritdoc
     */
    public function getReceiptNumber(): ?string
    {
        return $this->_get('receipt_number');
    }

    /**
     * @inheritdoc
     */
    public function setReceiptNumber(?string $receiptNumber): void
    {
        $this->setData('receipt_number', $receiptNumber);
    }

    /**
     * @inheritdoc
     */
    public function getReturnNumber(): ?string
    {
        return $this->_get('return_number');
    }

    /**
     * @inheritdoc
     */
    public function setReturnNumber(?string $returnNumber): void
    {
        $this->setData('return_number', $returnNumber);
    }

    /**
     * @inheritdoc
     */
    public function isReturnToStock(): ?bool
    {
        return $this->_get('return_to_stock');
    }

    /**
     * @inheritdoc
     */
    public function setReturnToStock(?bool $returnToStock): void
    {
        $this->setData('return_to_stock', $returnToStock);
    }

    /**
     * @inheritdoc
     */
    public function getSourceCode(): ?string
    {
        return $this->_get('source_code');
    }

    /**
     * @inheritdoc
     */
    public function setSourceCode(?string $sourceCode): void
    {
        $this->setData('source_code', $sourceCode);
    }

    /**
     * @inheritdoc
     */
    public function getLines(): ?array
    {
        return $this->_get('lines');
    }

    /**
     * @inheritdoc
     */
    public function setLines(?array $lines): void
    {
        $this->setData('lines', $lines);
    }

    /**
     * @inheritdoc
     */
    public function getTenders(): ?array
    {
        return $this->_get('tenders');
    }

    /**
     * @inheritdoc
     */
    public function setTenders(?array $tenders): void
    {
        $this->setData('tenders', $tenders);
    }
}
