<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Data;

use Holdfast\Terminal\Api\Data\SaleResultInterface;
use Magento\Framework\Api\AbstractSimpleObject;

/**
 * @inheritdoc
 */
class SaleResult extends AbstractSimpleObject implements SaleResultInterface
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
    public function getOrderId(): int
    {
        return $this->_get('order_id');
    }

    /**
     * @inheritdoc
     */
    public function setOrderId(int $orderId): void
    {
        $this->setData('order_id', $orderId);
    }

    /**
     * @inheritdoc
     */
    public function getIncrementId(): string
    {
        return $this->_get('increment_id');
    }

    /**
     * @inheritdoc
     */
    public function setIncrementId(string $incrementId): void
    {
        $this->setData('increment_id', $incrementId);
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
    public function getShipmentId(): ?int
    {
        return $this->_get('shipment_id');
    }

    /**
     * @inheritdoc
     */
    public function setShipmentId(?int $shipmentId): void
    {
        $this->setData('shipment_id', $shipmentId);
    }

    /**
     * @inheritdoc
     */
    public function getReservations(): array
    {
        return $this->_get('reservations') ?? [];
    }

    /**
     * @inheritdoc
     */
    public function setReservations(array $reservations): void
    {
        $this->setData('reservations', $reservations);
    }

    /**
     * @inheritdoc
     */
    public function getSourceDeductions(): array
    {
        return $this->_get('source_deductions') ?? [];
    }

    /**
     * @inheritdoc
     */
    public function setSourceDeductions(array $sourceDeductions): void
    {
        $this->setData('source_deductions', $sourceDeductions);
    }

    /**
     * @inheritdoc
     */
    public function getWarnings(): array
    {
        return $this->_get('warnings') ?? [];
    }

    /**
     * @inheritdoc
     */
    public function setWarnings(array $warnings): void
    {
        $this->setData('warnings', $warnings);
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
