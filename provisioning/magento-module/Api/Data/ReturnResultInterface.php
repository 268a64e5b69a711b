<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Api\Data;

/**
 * What became of a return.
 *
 * @api
 */
interface ReturnResultInterface
{
    /**
     * As posted.
     *
     * @return string
     */
    public function getReturnId(): string;

    /**
     * @param string $returnId
     * @return void
     */
    public function setReturnId(string $returnId): void;

    /**
     * Entity id of the order.
     *
     * @return int
     */
    public function getOrderId(): int;

    /**
     * @param int $orderId
     * @return void
     */
    public function setOrderId(int $orderId): void;

    /**
     * Entity id of the credit memo.
     *
     * @return int
     */
    public function getCreditmemoId(): int;

    /**
     * @param int $creditmemoId
     * @return void
     */
    public function setCreditmemoId(int $creditmemoId): void;

    /**
     * Number of the credit memo.
     *
     * @return string
     */
    public function getIncrementId(): string;

    /**
     * @param string $incrementId
     * @return void
     */
    public function setIncrementId(string $incrementId): void;

    /**
     * State of the order afterwards.
     *
     * @return string
     */
    public function getOrderState(): string;

    /**
     * @param string $orderState
     * @return void
     */
    public function setOrderState(string $orderState): void;

    /**
     * What was paid back.
     *
     * @return float
     */
    public function getGrandTotal(): float;

    /**
     * @param float $grandTotal
     * @return void
     */
    public function setGrandTotal(float $grandTotal): void;

    /**
     * Reservations as written.
     *
     * @return \Holdfast\Terminal\Api\Data\ReservationInterface[]
     */
    public function getReservations(): array;

    /**
     * @param \Holdfast\Terminal\Api\Data\ReservationInterface[] $reservations
     * @return void
     */
    public function setReservations(array $reservations): void;

    /**
     * Quantities as moved in inventory sources.
     *
     * @return \Holdfast\Terminal\Api\Data\SourceDeductionInterface[]
     */
    public function getSourceDeductions(): array;

    /**
     * @param \Holdfast\Terminal\Api\Data\SourceDeductionInterface[] $sourceDeductions
     * @return void
     */
    public function setSourceDeductions(array $sourceDeductions): void;

    /**
     * What a person should know.
     *
     * @return string[]
     */
    public function getWarnings(): array;

    /**
     * @param string[] $warnings
     * @return void
     */
    public function setWarnings(array $warnings): void;

    /**
     * Was written before; this is the answer given then.
     *
     * @return bool
     */
    public function isDuplicate(): bool;

    /**
     * @param bool $duplicate
     * @return void
     */
    public function setDuplicate(bool $duplicate): void;
}
