<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model;

use Magento\Framework\App\ResourceConnection;
use Magento\Sales\Api\OrderRepositoryInterface;
use Magento\Sales\Model\Order;

/**
 * Reads an order that is about to be changed.
 */
class LockedOrder
{
    public function __construct(
        private readonly ResourceConnection $resource,
        private readonly OrderRepositoryInterface $orders,
        private readonly OrderMemory $memory
    ) {
    }

    /**
     * Locks the row before anything is read about the order, so that two documents never work from the same state.
     */
    public function get(int $orderId): Order
    {
        $connection = $this->resource->getConnection();
        $select = $connection->select()
            ->from($this->resource->getTableName('sales_order'), 'entity_id')
            ->where('entity_id = ?', $orderId)
            ->forUpdate(true);
        if (!$connection->fetchOne($select)) {
            throw Refusal::unknown('order_id', (string)$orderId);
        }
        $this->memory->forget();
        /** @var Order $order */
        $order = $this->orders->get($orderId);
        return $order;
    }
}
