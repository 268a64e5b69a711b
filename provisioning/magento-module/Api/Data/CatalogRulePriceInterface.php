<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Api\Data;

/**
 * A price computed by a catalogue price rule for one day.
 *
 * @api
 */
interface CatalogRulePriceInterface
{
    /**
     * Row id, for paging only: changes whenever the table is rebuilt.
     *
     * @return int
     */
    public function getId(): int;

    /**
     * @param int $id
     * @return void
     */
    public function setId(int $id): void;

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
     * Customer group.
     *
     * @return int
     */
    public function getCustomerGroupId(): int;

    /**
     * @param int $customerGroupId
     * @return void
     */
    public function setCustomerGroupId(int $customerGroupId): void;

    /**
     * Website.
     *
     * @return int
     */
    public function getWebsiteId(): int;

    /**
     * @param int $websiteId
     * @return void
     */
    public function setWebsiteId(int $websiteId): void;

    /**
     * The day, in the store's time zone.
     *
     * @return string
     */
    public function getDate(): string;

    /**
     * @param string $date
     * @return void
     */
    public function setDate(string $date): void;

    /**
     * In the base currency, as prices are entered in the catalogue.
     *
     * @return float
     */
    public function getPrice(): float;

    /**
     * @param float $price
     * @return void
     */
    public function setPrice(float $price): void;
}
