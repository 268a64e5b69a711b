<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Api\Data;

/**
 * What became of a payment after the sale.
 *
 * A field that the request leaves out arrives as null; the framework does not refuse it.
 *
 * @api
 */
interface PaymentOutcomeInterface
{
    /**
     * Tells this outcome from all others; null: sale, outcome and reference do.
     *
     * @return string|null
     */
    public function getOutcomeId(): ?string;

    /**
     * @param string|null $outcomeId
     * @return void
     */
    public function setOutcomeId(?string $outcomeId): void;

    /**
     * The sale that was paid.
     *
     * @return string|null
     */
    public function getSaleId(): ?string;

    /**
     * @param string|null $saleId
     * @return void
     */
    public function setSaleId(?string $saleId): void;

    /**
     * As in the sale's tender.
     *
     * @return string|null
     */
    public function getPaymentReference(): ?string;

    /**
     * @param string|null $paymentReference
     * @return void
     */
    public function setPaymentReference(?string $paymentReference): void;

    /**
     * `approved` or `settled`; `declined`, `expired` or `reversed`; `chargeback`.
     *
     * @return string|null
     */
    public function getOutcome(): ?string;

    /**
     * @param string|null $outcome
     * @return void
     */
    public function setOutcome(?string $outcome): void;

    /**
     * Whether the order is put on hold where Magento allows it; null: if there will be no money.
     *
     * @return bool|null
     */
    public function isHold(): ?bool;

    /**
     * @param bool|null $hold
     * @return void
     */
    public function setHold(?bool $hold): void;

    /**
     * For the record.
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
     * Shown in the order's history.
     *
     * @return string|null
     */
    public function getMessage(): ?string;

    /**
     * @param string|null $message
     * @return void
     */
    public function setMessage(?string $message): void;
}
