<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Api;

/**
 * Takes sales as the tills made them.
 *
 * @api
 */
interface SaleManagementInterface
{
    /**
     * Writes a sale as order, invoice and shipment, with its reservations and source deductions, in one transaction and
     * exactly once by its `sale_id`. The same sale again gets the same answer, with `duplicate` set.
     *
     * HTTP 409: the id with other contents, or the receipt number of another sale. 422: the figures do not add up.
     * 404: no such store. 400: no such source. Anything else: nothing was written; the same again may succeed.
     *
     * @param \Holdfast\Terminal\Api\Data\SaleInterface $sale
     * @return \Holdfast\Terminal\Api\Data\SaleResultInterface
     */
    public function post(Data\SaleInterface $sale): Data\SaleResultInterface;

    /**
     * The answer that a sale got; by it a till learns what became of a call whose reply it did not get. HTTP 404: it was
     * not written, though a call that is still running may yet write it.
     *
     * @param string $saleId
     * @return \Holdfast\Terminal\Api\Data\SaleResultInterface
     */
    public function get(string $saleId): Data\SaleResultInterface;
}
