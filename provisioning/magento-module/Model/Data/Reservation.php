<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Data;

use Holdfast\Terminal\Api\Data\ReservationInterface;
use Magento\Framework\Api\AbstractSimpleObject;

/**
 * @inheritdoc
 */
class Reservation extends AbstractSimpleObject implements ReservationInterface
{
    /**
     * @inheritdoc
     */
    public function getSku(): string
    {
        return $this->_get('sku');
    }

    /**
     * @inheritdoc
     */
    public function setSku(string $sku): void
    {
        $this->setData('sku', $sku);
    }

    /**
     * @inheritdoc
     */
    public function getQuantity(): float
    {
        return $this->_get('quantity');
    }

    /**
     * @inheritdoc
     */
    public function setQuantity(float $quantity): void
    {
        $this->setData('quantity', $quantity);
    }

    /**
     * @inheritdoc
     */
    public function getEventType(): string
    {
        return $this->_get('event_type');
    }

    /**
     * @inheritdoc
     */
    public function setEventType(string $eventType): void
    {
        $this->setData('event_type', $eventType);
    }
}
