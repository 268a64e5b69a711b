<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Data;

use Holdfast\Terminal\Api\Data\PaymentOutcomeResultInterface;
use Magento\Framework\Api\AbstractSimpleObject;

/**
 * @inheritdoc
 */
class PaymentOutcomeResult extends AbstractSimpleObject implements PaymentOutcomeResultInterface
{
    /**
     * @inheritdoc
     */
    public function getSaleId(): string
    {
        return $this->_get('sale_id');
    }

    /**
     * @inheritdoc
     */
    public function setSaleId(string $saleId): void
    {
        $this->setData('sale_id', $saleId);
    }

    /**
     * @inheritdoc
     */
    public function getState(): string
    {
        return $this->_get('state');
    }

    /**
     * @inheritdoc
     */
    public function setState(string $state): void
    {
        $this->setData('state', $state);
    }

    /**
     * @inheritdoc
     */
    public function getStatus(): string
    {
        return $this->_get('status');
    }

    /**
     * @inheritdoc
     */
    public function setStatus(string $status): void
    {
        $this->setData('status', $status);
    }

    /**
     * @inheritdoc
     */
    public function getInvoiceId(): ?int
    {
        return $this->_get('invoice_id');
    }

    /**
     * @inheritdoc
     */
    public function setInvoiceId(?int $invoiceId): void
    {
        $this->setData('invoice_id', $invoiceId);
    }

    /**
     * @inheritdoc
     */
    public function isDuplicate(): bool
    {
        return (bool)$this->_get('duplicate');
    }

    /**
     * @inheritdoc
     */
    public function setDuplicate(bool $duplicate): void
    {
        $this->setData('duplicate', $duplicate);
    }
}
