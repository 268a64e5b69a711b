<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model;

use Magento\Sales\Api\OrderRepositoryInterface;
use Magento\Sales\Model\OrderRepository;

/**
 * The orders that Magento's repository keeps in memory. After a rollback they say what the database does not.
 */
class OrderMemory
{
    public function __construct(private readonly OrderRepositoryInterface $orders)
    {
    }

    public function forget(): void
    {
        if (method_exists($this->orders, '_resetState')) {
            $this->orders->_resetState();
        } elseif ($this->orders instanceof OrderRepository) {
            // Before 2.4.7 there is no way but its own.
            \Closure::bind(function (): void {
                $this->registry = [];
            }, $this->orders, OrderRepository::class)();
        }
    }
}
