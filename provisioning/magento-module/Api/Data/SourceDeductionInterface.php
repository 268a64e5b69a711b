<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Api\Data;

/**
 * A movement in an inventory source.
 *
 * @api
 */
interface SourceDeductionInterface
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
     * Inventory source.
     *
     * @return string
     */
    public function getSourceCode(): string;

    /**
     * @param string $sourceCode
     * @return void
     */
    public function setSourceCode(string $sourceCode): void;

    /**
     * Negative: left the source.
     *
     * @return float
     */
    public function getQuantity(): float;

    /**
     * @param float $quantity
     * @return void
     */
    public function setQuantity(float $quantity): void;
}
