<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Api\Data;

/**
 * One article brought back.
 *
 * A field that the request leaves out arrives as null; the framework does not refuse it.
 *
 * @api
 */
interface ReturnLineInterface
{
    /**
     * As sold.
     *
     * @return string|null
     */
    public function getSku(): ?string;

    /**
     * @param string|null $sku
     * @return void
     */
    public function setSku(?string $sku): void;

    /**
     * More than zero.
     *
     * @return float|null
     */
    public function getQty(): ?float;

    /**
     * @param float|null $qty
     * @return void
     */
    public function setQty(?float $qty): void;

    /**
     * How much of it goes back on the shelf; null: all of it, if the return says so.
     *
     * @return float|null
     */
    public function getQtyToStock(): ?float;

    /**
     * @param float|null $qtyToStock
     * @return void
     */
    public function setQtyToStock(?float $qtyToStock): void;

    /**
     * Before discount, excluding tax.
     *
     * @return float|null
     */
    public function getRowTotal(): ?float;

    /**
     * @param float|null $rowTotal
     * @return void
     */
    public function setRowTotal(?float $rowTotal): void;

    /**
     * Before discount, including tax.
     *
     * @return float|null
     */
    public function getRowTotalInclTax(): ?float;

    /**
     * @param float|null $rowTotalInclTax
     * @return void
     */
    public function setRowTotalInclTax(?float $rowTotalInclTax): void;

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
}
