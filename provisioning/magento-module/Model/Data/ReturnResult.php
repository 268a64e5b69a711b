<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Data;

use Holdfast\Terminal\Api\Data\ReturnResultInterface;
use Magento\Framework\Api\AbstractSimpleObject;

/**
 * @inheritdoc
 */
class ReturnResult extends AbstractSimpleObject implements ReturnResultInterface
{
    /**
     * @inheritdoc
     */
    public function getReturnId(): string
    {
        return $this->_get('return_id');
    }

    /**
     * @inheritdoc
     */
    public function setReturnId(string $returnId): void
    {
        $this->setData('return_id', $returnId);
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
    public function getCreditmemoId(): int
    {
        return $this->_get('creditmemo_id');
    }

    /**
     * @inheritdoc
     */
    public function setCreditmemoId(int $creditmemoId): void
    {
        $this->setData('creditmemo_id', $creditmemoId);
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
    public function getOrderState(): string
    {
        return $this->_get('order_state');
    }

    /**
     * @inheritdoc
     */
    public function setOrderState(string $orderState): void
    {
        $this->setData('order_state', $orderState);
    }

    /**
     * @inheritdoc
     */
    public function getGrandTotal(): float
    {
        return $this->_get('grand_total');
    }

    /**
     * @inheritdoc
     */
    public function setGrandTotal(float $grandTotal): void
    {
        $this->setData('grand_total', $grandTotal);
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
