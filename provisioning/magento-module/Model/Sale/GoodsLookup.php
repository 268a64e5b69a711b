<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Sale;

use Magento\Framework\App\ResourceConnection;

/**
 * Finds articles in the catalogue, disabled ones too, in one query.
 */
class GoodsLookup
{
    public function __construct(private readonly ResourceConnection $resource)
    {
    }

    /**
     * @param string[] $skus
     * @return array<string, Goods> By SKU as asked for.
     */
    public function find(array $skus): array
    {
        $connection = $this->resource->getConnection();
        $select = $connection->select()
            ->from($this->resource->getTableName('catalog_product_entity'), ['sku', 'entity_id', 'type_id'])
            ->where('sku IN (?)', $skus);
        $rows = [];
        foreach ($connection->fetchAll($select) as $row) {
            // The database compares SKUs without regard to case.
            $rows[mb_strtolower((string)$row['sku'])] = $row;
        }
        $goods = [];
        foreach ($skus as $sku) {
            $row = $rows[mb_strtolower($sku)] ?? null;
            $goods[$sku] = $row === null
                ? new Goods($sku, null, null)
                : new Goods((string)$row['sku'], (int)$row['entity_id'], (string)$row['type_id']);
        }
        return $goods;
    }
}
