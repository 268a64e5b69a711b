<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Data;

use Holdfast\Terminal\Api\Data\TenderInterface;
use Magento\Framework\Api\AbstractSimpleObject;

/**
 * @inheritdoc
 */
class Tender extends AbstractSimpleObject implements TenderInterface
{
    /**
     * @inheritdoc
     */
    public function getMethod(): ?string
    {
        return $this->_get('method');
    }

    /**
     * @inheritdoc
     */
    public function setMethod(?string $method): void
    {
        $this->setData('method', $method);
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
    public function getReference(): ?string
    {
        return $this->_get('reference');
    }

    /**
     * @inheritdoc
     */
    public function setReference(?string $reference): void
    {
        $this->setData('reference', $reference);
    }

    /**
     * @inheritdoc
     */
    public function isProvisional(): ?bool
    {
        return $this->_get('provisional');
    }

    /**
     * @inheritdoc
     */
    public function setProvisional(?bool $provisional): void
    {
        $this->setData('provisional', $provisional);
    }
}
