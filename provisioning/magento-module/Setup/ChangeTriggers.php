<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Setup;

use Magento\Catalog\Api\Data\ProductInterface;
use Magento\Framework\App\ResourceConnection;
use Magento\Framework\DB\Ddl\Trigger;
use Magento\Framework\DB\Ddl\TriggerFactory;
use Magento\Framework\EntityManager\MetadataPool;

/**
 * Database triggers that note what is written in the shop, by whatever way: forms, imports, REST, cron.
 *
 * Not caught: rows that a foreign key deletes with their parent (the parent's own deletion is), and prices that change by date.
 */
class ChangeTriggers
{
    private const EVENTS = ['i' => Trigger::EVENT_INSERT, 'u' => Trigger::EVENT_UPDATE, 'd' => Trigger::EVENT_DELETE];

    public function __construct(
        private readonly ResourceConnection $resource,
        private readonly TriggerFactory $triggerFactory,
        private readonly MetadataPool $metadataPool
    ) {
    }

    /**
     * Needs the TRIGGER privilege and, with a binary log, `log_bin_trust_function_creators`, as Magento does itself.
     */
    public function create(): void
    {
        $connection = $this->resource->getConnection();
        foreach ($this->references() as $table => [$kind, $reference]) {
            foreach (self::EVENTS as $op => $event) {
                $connection->dropTrigger($this->name($table, $op));
                $trigger = $this->triggerFactory->create();
                $trigger->setName($this->name($table, $op));
                $trigger->setTime(Trigger::TIME_AFTER);
                $trigger->setEvent($event);
                $trigger->setTable($this->resource->getTableName($table));
                foreach ($this->statements($table, $kind, $reference, $op) as $statement) {
                    $trigger->addStatement($statement);
                }
                $connection->createTrigger($trigger);
            }
        }
    }

    public function drop(): void
    {
        foreach (array_keys($this->references()) as $table) {
            foreach (array_keys(self::EVENTS) as $op) {
                $this->resource->getConnection()->dropTrigger($this->name($table, $op));
            }
        }
    }

    /**
     * By table: the kind of change and what it is about; `ROW` stands for the row as it is, or was.
     *
     * @return array<string, array{0: string, 1: string}>
     */
    private function references(): array
    {
        $products = $this->resource->getTableName('catalog_product_entity');
        // Adobe Commerce links attribute values by row_id.
        $link = $this->metadataPool->getMetadata(ProductInterface::class)->getLinkField();
        $byLink = "(SELECT sku FROM $products WHERE $link = ROW.$link LIMIT 1)";
        $byId = "(SELECT sku FROM $products WHERE entity_id = ROW.product_id LIMIT 1)";
        return [
            'catalog_product_entity' => ['product', 'ROW.sku'],
            'catalog_product_entity_decimal' => ['product_decimal', $byLink],
            'catalog_product_entity_int' => ['product_int', $byLink],
            'catalog_product_entity_varchar' => ['product_varchar', $byLink],
            'catalog_product_entity_text' => ['product_text', $byLink],
            'catalog_product_entity_datetime' => ['product_datetime', $byLink],
            'catalog_product_entity_tier_price' => ['tier_price', $byLink],
            'catalog_product_website' => ['product_website', $byId],
            'catalog_category_product' => ['category_product', $byId],
            'inventory_source_item' => ['source_item', "CONCAT(ROW.source_code, '/', ROW.sku)"],
            'inventory_reservation' => ['reservation', 'ROW.sku'],
            'customer_entity' => ['customer', 'ROW.entity_id'],
            'customer_address_entity' => ['customer', 'ROW.parent_id'],
            'customer_group' => ['customer_group', 'ROW.customer_group_id'],
            'salesrule' => ['cart_rule', 'ROW.rule_id'],
            'salesrule_coupon' => ['cart_rule', 'ROW.rule_id'],
            'catalogrule' => ['catalog_rule', 'ROW.rule_id'],
            'tax_calculation_rate' => ['tax_rate', 'ROW.tax_calculation_rate_id'],
            'tax_calculation_rule' => ['tax_rule', 'ROW.tax_calculation_rule_id'],
            'core_config_data' => ['config', 'ROW.path'],
        ];
    }

    /**
     * As VALUES, not as a SELECT: of those the database sets several ids aside at once, and every gap holds readers back.
     *
     * @return string[]
     */
    private function statements(string $table, string $kind, string $reference, string $op): array
    {
        $insert = sprintf(
            "INSERT INTO %s (kind, ref, op) VALUES ('%s', COALESCE(%s, ''), '%s')",
            $this->resource->getTableName('holdfast_change'),
            $kind,
            '%s',
            '%s'
        );
        $noted = sprintf($insert, str_replace('ROW.', $op === 'd' ? 'OLD.' : 'NEW.', $reference), $op);
        if ($op === 'u' && $table === 'catalog_product_entity') {
            // Under its old SKU a renamed product is gone.
            return [$noted, 'IF NOT (NEW.sku <=> OLD.sku) THEN ' . sprintf($insert, 'OLD.sku', 'd') . '; END IF'];
        }
        if ($op === 'u' && $table === 'salesrule_coupon') {
            // Counting a coupon's uses changes nothing that a till knows.
            return ["IF NOT (NEW.code <=> OLD.code AND NEW.rule_id <=> OLD.rule_id) THEN $noted; END IF"];
        }
        return [$noted];
    }

    private function name(string $table, string $op): string
    {
        return 'holdfast_' . $table . '_' . $op;
    }
}
