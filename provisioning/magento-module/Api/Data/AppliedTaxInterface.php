<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Api\Data;

/**
 * The tax of one rate on one line.
 *
 * A field that the request leaves out arrives as null; the framework does not refuse it.
 *
 * @api
 */
interface AppliedTaxInterface
{
    /**
     * Code of the tax rate.
     *
     * @return string|null
     */
    public function getCode(): ?string;

    /**
     * @param string|null $code
     * @return void
     */
    public function setCode(?string $code): void;

    /**
     * As shown in reports.
     *
     * @return string|null
     */
    public function getTitle(): ?string;

    /**
     * @param string|null $title
     * @return void
     */
    public function setTitle(?string $title): void;

    /**
     * Rate.
     *
     * @return float|null
     */
    public function getPercent(): ?float;

    /**
     * @param float|null $percent
     * @return void
     */
    public function setPercent(?float $percent): void;

    /**
     * Tax of the line at this rate.
     *
     * @return float|null
     */
    public function getAmount(): ?float;

    /**
     * @param float|null $amount
     * @return void
     */
    public function setAmount(?float $amount): void;
}
