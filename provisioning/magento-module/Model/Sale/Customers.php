<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Sale;

use Holdfast\Terminal\Api\Data\SaleInterface;
use Magento\Framework\App\ResourceConnection;

/**
 * Who the order is for.
 */
class Customers
{
    private const GUEST_EMAIL = 'till@pos.invalid';
    private const GUEST_GROUP = 0;

    public function __construct(private readonly ResourceConnection $resource)
    {
    }

    /**
     * The order's `customer_…` columns. A customer who is not known (any more) would be a foreign key error, and becomes a
     * guest; of a known one, name, group and e-mail are Magento's own.
     *
     * @return array<string, mixed>
     */
    public function of(SaleInterface $sale): array
    {
        $row = $sale->getCustomerId() === null ? null : $this->row($sale->getCustomerId());
        if ($row === null) {
            return [
                'customer_id' => null,
                'customer_is_guest' => 1,
                'customer_group_id' => self::GUEST_GROUP,
                'customer_email' => (string)$sale->getCustomerEmail() ?: self::GUEST_EMAIL,
                'customer_firstname' => 'Till',
                'customer_lastname' => $sale->getTerminalId(),
            ];
        }
        return [
            'customer_id' => (int)$row['entity_id'],
            'customer_is_guest' => 0,
            'customer_group_id' => (int)$row['group_id'],
            'customer_email' => $row['email'],
            'customer_firstname' => $row['firstname'],
            'customer_lastname' => $row['lastname'],
        ];
    }

    /**
     * @return array<string, mixed>|null
     */
    private function row(int $id): ?array
    {
        $connection = $this->resource->getConnection();
        $select = $connection->select()
            ->from(
                $this->resource->getTableName('customer_entity'),
                ['entity_id', 'group_id', 'email', 'firstname', 'lastname']
            )
            ->where('entity_id = ?', $id);
        return $connection->fetchRow($select) ?: null;
    }
}
