<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Sale;

use Holdfast\Terminal\Api\Data\SaleInterface;
use Magento\Framework\App\ResourceConnection;

/**
 * Finds the order that a till has made of a sale through Magento's cart, before it knew this module, or forgot that it had.
 */
class EarlierOrder
{
    private const CANCELED = 'canceled';

    public function __construct(private readonly ResourceConnection $resource)
    {
    }

    /**
     * @return string|null Its number; null: there is none.
     */
    public function find(SaleInterface $sale): ?string
    {
        $connection = $this->resource->getConnection();
        $orders = $this->resource->getTableName('sales_order');
        $number = $connection->fetchOne(
            $connection->select()->from($orders, 'increment_id')
                ->where('ext_order_id = ?', $sale->getReceiptNumber())
                ->where('state <> ?', self::CANCELED)
        );
        if (!$number) {
            // A cart bears the receipt number in its name until the till has amended the order. No index on it: one on the date.
            $number = $connection->fetchOne(
                $connection->select()->from($orders, 'increment_id')
                    ->where('created_at >= ?', gmdate('Y-m-d H:i:s', strtotime($sale->getSoldAt()) - 86400))
                    ->where('customer_lastname = ?', $sale->getReceiptNumber())
                    ->where('state <> ?', self::CANCELED)
            );
        }
        return $number ? (string)$number : null;
    }
}
