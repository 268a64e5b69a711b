<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Api\Data;

/**
 * What became of a sale.
 *
 * @api
 */
interface SaleResultInterface
{
    /**
     * As posted.
     *
     * @return string
     */
    public function getSaleId(): string;

    /**
     * @param string $saleId
     * @return void
     */
    public function setSaleId(string $saleId): void;

    /**
     * Order state.
     *
     * @return string
     */
    public function getState(): string;

    /**
     * @param string $state
     * @return void
     */
    public function setState(string $state): void;

    /**
     * Order status.
     *
     * @return string
     */
    public function getStatus(): string;

    /**
     * @param string $status
     * @return void
     */
    public function setStatus(string $status): void;

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
     * Order number, the receipt number.
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
     * Null while a payment is provisional.
     *
     * @return int|null
     */
    public function getInvoiceId(): ?int;

    /**
     * @param int|null $invoiceId
     * @return void
     */
    public function setInvoiceId(?int $invoiceId): void;

    /**
     * Null when there is nothing to ship.
     *
     * @return int|null
     */
    public function getShipmentId(): ?int;

    /**
     * @param int|null $shipmentId
     * @return void
     */
    public function setShipmentId(?int $shipmentId): void;

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
