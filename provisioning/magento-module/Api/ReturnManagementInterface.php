<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Api;

/**
 * Takes returns as the tills made them.
 *
 * @api
 */
interface ReturnManagementInterface
{
    /**
     * Writes a return as credit memo with the figures as sent, exactly once by its `return_id`.
     *
     * HTTP 404: no such sale. 409: the id with other contents, or the number of another return. 422: more than was sold
     * and paid.
     *
     * @param \Holdfast\Terminal\Api\Data\SaleReturnInterface $return
     * @return \Holdfast\Terminal\Api\Data\ReturnResultInterface
     */
    public function post(Data\SaleReturnInterface $return): Data\ReturnResultInterface;
}
