<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Api\Data;

/**
 * A sale as the till made it: figures are final and are stored as sent.
 *
 * A field that the request leaves out arrives as null; the framework does not refuse it.
 *
 * @api
 */
interface SaleInterface
{
    /**
     * UUID that the till gave the sale; posting it again changes nothing.
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
     * The till's number.
     *
     * @return string|null
     */
    public function getTerminalId(): ?string;

    /**
     * @param string|null $terminalId
     * @return void
     */
    public function setTerminalId(?string $terminalId): void;

    /**
     * Becomes the order number; unique over all tills.
     *
     * @return string|null
     */
    public function getReceiptNumber(): ?string;

    /**
     * @param string|null $receiptNumber
     * @return void
     */
    public function setReceiptNumber(?string $receiptNumber): void;

    /**
     * Moment of the sale, ISO 8601 in UTC.
     *
     * @return string|null
     */
    public function getSoldAt(): ?string;

    /**
     * @param string|null $soldAt
     * @return void
     */
    public function setSoldAt(?string $soldAt): void;

    /**
     * Store view the sale belongs to.
     *
     * @return int|null
     */
    public function getStoreId(): ?int;

    /**
     * @param int|null $storeId
     * @return void
     */
    public function setStoreId(?int $storeId): void;

    /**
     * Inventory source that the goods left.
     *
     * @return string|null
     */
    public function getSourceCode(): ?string;

    /**
     * @param string|null $sourceCode
     * @return void
     */
    public function setSourceCode(?string $sourceCode): void;

    /**
     * ISO 4217; must be the store's base currency.
     *
     * @return string|null
     */
    public function getCurrency(): ?string;

    /**
     * @param string|null $currency
     * @return void
     */
    public function setCurrency(?string $currency): void;

    /**
     * Null: a guest. An id that is not known (any more) becomes a guest with a warning.
     *
     * @return int|null
     */
    public function getCustomerId(): ?int;

    /**
     * @param int|null $customerId
     * @return void
     */
    public function setCustomerId(?int $customerId): void;

    /**
     * Used for guests only.
     *
     * @return string|null
     */
    public function getCustomerEmail(): ?string;

    /**
     * @param string|null $customerEmail
     * @return void
     */
    public function setCustomerEmail(?string $customerEmail): void;

    /**
     * The coupon that took effect.
     *
     * @return string|null
     */
    public function getCouponCode(): ?string;

    /**
     * @param string|null $couponCode
     * @return void
     */
    public function setCouponCode(?string $couponCode): void;

    /**
     * Cart price rules that took effect, separated by commas.
     *
     * @return string|null
     */
    public function getAppliedRuleIds(): ?string;

    /**
     * @param string|null $appliedRuleIds
     * @return void
     */
    public function setAppliedRuleIds(?string $appliedRuleIds): void;

    /**
     * Goods, in the order of the receipt. Children of configurables and bundles, not the parents.
     *
     * @return \Holdfast\Terminal\Api\Data\SaleLineInterface[]|null
     */
    public function getLines(): ?array;

    /**
     * @param \Holdfast\Terminal\Api\Data\SaleLineInterface[]|null $lines
     * @return void
     */
    public function setLines(?array $lines): void;

    /**
     * Totals of the receipt.
     *
     * @return \Holdfast\Terminal\Api\Data\SaleTotalsInterface|null
     */
    public function getTotals(): ?SaleTotalsInterface;

    /**
     * @param \Holdfast\Terminal\Api\Data\SaleTotalsInterface|null $totals
     * @return void
     */
    public function setTotals(?SaleTotalsInterface $totals): void;

    /**
     * How it was paid; adds up to the grand total.
     *
     * @return \Holdfast\Terminal\Api\Data\TenderInterface[]|null
     */
    public function getTenders(): ?array;

    /**
     * @param \Holdfast\Terminal\Api\Data\TenderInterface[]|null $tenders
     * @return void
     */
    public function setTenders(?array $tenders): void;
}
