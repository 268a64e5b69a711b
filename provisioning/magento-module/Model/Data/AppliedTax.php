<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Data;

use Holdfast\Terminal\Api\Data\AppliedTaxInterface;
use Magento\Framework\Api\AbstractSimpleObject;

/**
 * @inheritdoc
 */
class AppliedTax extends AbstractSimpleObject implements AppliedTaxInterface
{
    /**
     * @inheritdoc
     */
    public function getCode(): ?string
    {
        return $this->_get('code');
    }

    /**
     * @inheritdoc
     */
    public function setCode(?string $code): void
    {
        $this->setData('code', $code);
    }

    /**
     * @inheritdoc
     */
    public function getTitle(): ?string
    {
        return $this->_get('title');
    }

    /**
     * @inheritdoc
     */
    public function setTitle(?string $title): void
    {
        $this->setData('title', $title);
    }

    /**
     * @inheritdoc
     */
    public function getPercent(): ?float
    {
        return $this->_get('percent');
    }

    /**
     * @inheritdoc
     */
    public function setPercent(?float $percent): void
    {
        $this->setData('percent', $percent);
    }

    /**
     * @inheritdoc
     */
    public function getAmount(): ?float
    {
        return $this->_get('amount');
    }

    /**
     * @inheritdoc
     */
    public function setAmount(?float $amount): void
    {
        $this->setData('amount', $amount);
    }
}
