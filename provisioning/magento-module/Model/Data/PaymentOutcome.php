<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Data;

use Holdfast\Terminal\Api\Data\PaymentOutcomeInterface;
use Magento\Framework\Api\AbstractSimpleObject;

/**
 * @inheritdoc
 */
class PaymentOutcome extends AbstractSimpleObject implements PaymentOutcomeInterface
{
    /**
     * @inheritdoc
     */
    public function getOutcomeId(): ?string
    {
        return $this->_get('outcome_id');
    }

    /**
     * @inheritdoc
     */
    public function setOutcomeId(?string $outcomeId): void
    {
        $this->setData('outcome_id', $outcomeId);
    }

    /**
     * @inheritdoc
     */
    public function getSaleId(): ?string
    {
        return $this->_get('sale_id');
    }

    /**
     * @inheritdoc
     */
    public function setSaleId(?string $saleId): void
    {
        $this->setData('sale_id', $saleId);
    }

    /**
     * @inheritdoc
     */
    public function getPaymentReference(): ?string
    {
        return $this->_get('payment_reference');
    }

    /**
     * @inheritdoc
     */
    public function setPaymentReference(?string $paymentReference): void
    {
        $this->setData('payment_reference', $paymentReference);
    }

    /**
     * @inheritdoc
     */
    public function getOutcome(): ?string
    {
        return $this->_get('outcome');
    }

    /**
     * @inheritdoc
     */
    public function setOutcome(?string $outcome): void
    {
        $this->setData('outcome', $outcome);
    }

    /**
     * @inheritdoc
     */
    public function isHold(): ?bool
    {
        return $this->_get('hold');
    }

    /**
     * @inheritdoc
     */
    public function setHold(?bool $hold): void
    {
        $this->setData('hold', $hold);
    }

    /**
     * @inheritdoc
     */
    public function getAmount(): ?float
    {
        return $this->_get('amount');
    }

    /**
     * @inheritdoc
     */
    public function setAmount(?float $amount): void
    {
        $this->setData('amount', $amount);
    }

    /**
     * @inheritdoc
     */
    public function getMessage(): ?string
    {
        return $this->_get('message');
    }

    /**
     * @inheritdoc
     */
    public function setMessage(?string $message): void
    {
        $this->setData('message', $message);
    }
}
