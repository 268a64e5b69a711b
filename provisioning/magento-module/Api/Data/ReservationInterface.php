<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Api\Data;

/**
 * An inventory reservation that was written.
 *
 * @api
 */
interface ReservationInterface
{
    /**
     * SKU.
     *
     * @return string
     */
    public function getSku(): string;

    /**
     * @param string $sku
     * @return void
     */
    public function setSku(string $sku): void;

    /**
     * Negative: reserved.
     *
     * @return float
     */
    public function getQuantity(): float;

    /**
     * @param float $quantity
     * @return void
     */
    public function setQuantity(float $quantity): void;

    /**
     * E.g. `order_placed`.
     *
     * @return string
     */
    public function getEventType(): string;

    /**
     * @param string $eventType
     * @return void
     */
    public function setEventType(string $eventType): void;
}
