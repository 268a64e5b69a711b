<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Api\Data;

/**
 * Totals of a sale.
 *
 * A field that the request leaves out arrives as null; the framework does not refuse it.
 *
 * @api
 */
interface SaleTotalsInterface
{
    /**
     * Before discount, excluding tax.
     *
     * @return float|null
     */
    public function getSubtotal(): ?float;

    /**
     * @param float|null $subtotal
     * @return void
     */
    public function setSubtotal(?float $subtotal): void;

    /**
     * Before discount, including tax.
     *
     * @return float|null
     */
    public function getSubtotalInclTax(): ?float;

    /**
     * @param float|null $subtotalInclTax
     * @return void
     */
    public function setSubtotalInclTax(?float $subtotalInclTax): void;

    /**
     * Positive.
     *
     * @return float|null
     */
    public function getDiscountAmount(): ?float;

    /**
     * @param float|null $discountAmount
     * @return void
     */
    public function setDiscountAmount(?float $discountAmount): void;

    /**
     * Tax.
     *
     * @return float|null
     */
    public function getTaxAmount(): ?float;

    /**
     * @param float|null $taxAmount
     * @return void
     */
    public function setTaxAmount(?float $taxAmount): void;

    /**
     * Magento's hidden tax.
     *
     * @return float|null
     */
    public function getDiscountTaxCompensationAmount(): ?float;

    /**
     * @param float|null $discountTaxCompensationAmount
     * @return void
     */
    public function setDiscountTaxCompensationAmount(?float $discountTaxCompensationAmount): void;

    /**
     * What the customer paid.
     *
     * @return float|null
     */
    public function getGrandTotal(): ?float;

    /**
     * @param float|null $grandTotal
     * @return void
     */
    public function setGrandTotal(?float $grandTotal): void;
}
