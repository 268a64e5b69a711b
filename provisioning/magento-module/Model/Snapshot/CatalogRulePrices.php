<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Snapshot;

use Holdfast\Terminal\Api\CatalogRulePricesInterface;
use Holdfast\Terminal\Model\Data\CatalogRulePrice;
use Magento\Framework\App\ResourceConnection;

/**
 * @inheritdoc
 */
class CatalogRulePrices implements CatalogRulePricesInterface
{
    public function __construct(private readonly ResourceConnection $resource, private readonly PageSize $pageSize)
    {
    }

    /**
     * @inheritdoc
     */
    public function getList(int $afterId = 0, int $limit = 1000): array
    {
        $connection = $this->resource->getConnection();
        $select = $connection->select()
            ->from(
                ['price' => $this->resource->getTableName('catalogrule_product_price')],
                ['rule_product_price_id', 'customer_group_id', 'website_id', 'rule_date', 'rule_price']
            )
            ->join(
                ['product' => $this->resource->getTableName('catalog_product_entity')],
                'product.entity_id = price.product_id',
                ['sku']
            )
            ->where('price.rule_product_price_id > ?', $afterId)
            ->order('price.rule_product_price_id')
            ->limit($this->pageSize->of($limit));
        return array_map(static fn (array $row) => new CatalogRulePrice([
            'id' => (int)$row['rule_product_price_id'],
            'sku' => (string)$row['sku'],
            'customer_group_id' => (int)$row['customer_group_id'],
            'website_id' => (int)$row['website_id'],
            'date' => (string)$row['rule_date'],
            'price' => (float)$row['rule_price'],
        ]), $connection->fetchAll($select));
    }
}
