<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Api;

/**
 * Takes what became of payments after the sale.
 *
 * @api
 */
interface PaymentOutcomeManagementInterface
{
    /**
     * Approved: the order is invoiced once all its provisional payments are approved. Declined: it is put on hold.
     * Chargeback: noted in its history. Exactly once by sale, payment reference and outcome.
     *
     * HTTP 404: no such sale. 409: the same outcome with other contents. 422: the sale has no such payment.
     *
     * @param \Holdfast\Terminal\Api\Data\PaymentOutcomeInterface $outcome
     * @return \Holdfast\Terminal\Api\Data\PaymentOutcomeResultInterface
     */
    public function post(Data\PaymentOutcomeInterface $outcome): Data\PaymentOutcomeResultInterface;
}
