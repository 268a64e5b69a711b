<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Api\Data;

/**
 * The order after an outcome was recorded.
 *
 * @api
 */
interface PaymentOutcomeResultInterface
{
    /**
     * As posted.
     *
     * @return string
     */
    public function getSaleId(): string;

    /**
     * @param string $saleId
     * @return void
     */
    public function setSaleId(string $saleId): void;

    /**
     * Order state.
     *
     * @return string
     */
    public function getState(): string;

    /**
     * @param string $state
     * @return void
     */
    public function setState(string $state): void;

    /**
     * Order status.
     *
     * @return string
     */
    public function getStatus(): string;

    /**
     * @param string $status
     * @return void
     */
    public function setStatus(string $status): void;

    /**
     * The invoice that this outcome brought about.
     *
     * @return int|null
     */
    public function getInvoiceId(): ?int;

    /**
     * @param int|null $invoiceId
     * @return void
     */
    public function setInvoiceId(?int $invoiceId): void;

    /**
     * Was recorded before; this is the answer given then.
     *
     * @return bool
     */
    public function isDuplicate(): bool;

    /**
     * @param bool $duplicate
     * @return void
     */
    public function setDuplicate(bool $duplicate): void;
}
