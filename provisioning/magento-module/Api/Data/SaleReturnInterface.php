<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Api\Data;

/**
 * Goods brought back, with the figures of the credit memo.
 *
 * A field that the request leaves out arrives as null; the framework does not refuse it.
 *
 * @api
 */
interface SaleReturnInterface
{
    /**
     * UUID that the till gave the return; posting it again changes nothing.
     *
     * @return string|null
     */
    public function getReturnId(): ?string;

    /**
     * @param string|null $returnId
     * @return void
     */
    public function setReturnId(?string $returnId): void;

    /**
     * The sale that is returned; or:
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
     * its receipt number.
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
     * Becomes the credit memo's number.
     *
     * @return string|null
     */
    public function getReturnNumber(): ?string;

    /**
     * @param string|null $returnNumber
     * @return void
     */
    public function setReturnNumber(?string $returnNumber): void;

    /**
     * Whether the goods go back to the source.
     *
     * @return bool|null
     */
    public function isReturnToStock(): ?bool;

    /**
     * @param bool|null $returnToStock
     * @return void
     */
    public function setReturnToStock(?bool $returnToStock): void;

    /**
     * Inventory source they go back to: where the return is made.
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
     * What was brought back.
     *
     * @return \Holdfast\Terminal\Api\Data\ReturnLineInterface[]|null
     */
    public function getLines(): ?array;

    /**
     * @param \Holdfast\Terminal\Api\Data\ReturnLineInterface[]|null $lines
     * @return void
     */
    public function setLines(?array $lines): void;

    /**
     * How it was paid back; for the record.
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
