<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Api\Data;

/**
 * One line of a sale, with the figures that its order item gets.
 *
 * A field that the request leaves out arrives as null; the framework does not refuse it.
 *
 * @api
 */
interface SaleLineInterface
{
    /**
     * What was handed over.
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
     * As printed on the receipt.
     *
     * @return string|null
     */
    public function getName(): ?string;

    /**
     * @param string|null $name
     * @return void
     */
    public function setName(?string $name): void;

    /**
     * More than zero, up to four decimal places.
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
     * Unit price excluding tax.
     *
     * @return float|null
     */
    public function getPrice(): ?float;

    /**
     * @param float|null $price
     * @return void
     */
    public function setPrice(?float $price): void;

    /**
     * Unit price including tax.
     *
     * @return float|null
     */
    public function getPriceInclTax(): ?float;

    /**
     * @param float|null $priceInclTax
     * @return void
     */
    public function setPriceInclTax(?float $priceInclTax): void;

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
     * Sum of the rates.
     *
     * @return float|null
     */
    public function getTaxPercent(): ?float;

    /**
     * @param float|null $taxPercent
     * @return void
     */
    public function setTaxPercent(?float $taxPercent): void;

    /**
     * Tax of the row.
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
     * Magento's hidden tax of the row.
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
     * Cart price rules that took effect on the row, separated by commas.
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
     * The row's tax by rate; adds up to its tax amount.
     *
     * @return \Holdfast\Terminal\Api\Data\AppliedTaxInterface[]|null
     */
    public function getTaxes(): ?array;

    /**
     * @param \Holdfast\Terminal\Api\Data\AppliedTaxInterface[]|null $taxes
     * @return void
     */
    public function setTaxes(?array $taxes): void;
}
