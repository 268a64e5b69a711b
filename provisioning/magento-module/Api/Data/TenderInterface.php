<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Api\Data;

/**
 * One means of payment.
 *
 * A field that the request leaves out arrives as null; the framework does not refuse it.
 *
 * @api
 */
interface TenderInterface
{
    /**
     * `cash`, `card` or any other word; shown to people.
     *
     * @return string|null
     */
    public function getMethod(): ?string;

    /**
     * @param string|null $method
     * @return void
     */
    public function setMethod(?string $method): void;

    /**
     * In the sale's currency.
     *
     * @return float|null
     */
    public function getAmount(): ?float;

    /**
     * @param float|null $amount
     * @return void
     */
    public function setAmount(?float $amount): void;

    /**
     * The payment's key at the till; outcomes are reported under it. Never card data.
     *
     * @return string|null
     */
    public function getReference(): ?string;

    /**
     * @param string|null $reference
     * @return void
     */
    public function setReference(?string $reference): void;

    /**
     * Taken without the issuer's approval; the outcome follows.
     *
     * @return bool|null
     */
    public function isProvisional(): ?bool;

    /**
     * @param bool|null $provisional
     * @return void
     */
    public function setProvisional(?bool $provisional): void;
}
