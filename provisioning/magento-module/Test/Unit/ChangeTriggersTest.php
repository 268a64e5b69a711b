<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Test\Unit;

use Holdfast\Terminal\Setup\ChangeTriggers;
use Holdfast\Terminal\Test\Doubles\TriggerConnection;
use Magento\Framework\App\ResourceConnection;
use Magento\Framework\DB\Ddl\TriggerFactory;
use Magento\Framework\EntityManager\MetadataPool;
use PHPUnit\Framework\TestCase;

class ChangeTriggersTest extends TestCase
{
    /**
     * @return array<string, string[]> Statements by the trigger's name.
     */
    private function created(): array
    {
        $connection = new TriggerConnection();
        (new ChangeTriggers(new ResourceConnection($connection), new TriggerFactory(), new MetadataPool()))->create();
        return $connection->triggers;
    }

    public function testNotesEveryWayOfWritingEveryTable(): void
    {
        $triggers = $this->created();
        self::assertCount(60, $triggers);
        foreach (['i' => 'NEW', 'u' => 'NEW', 'd' => 'OLD'] as $op => $row) {
            self::assertSame(
                ["INSERT INTO holdfast_change (kind, ref, op) VALUES "
                    . "('source_item', COALESCE(CONCAT($row.source_code, '/', $row.sku), ''), '$op')"],
                $triggers["holdfast_inventory_source_item_$op"]
            );
        }
    }

    public function testTellsThatARenamedProductIsGoneUnderItsOldSku(): void
    {
        self::assertSame(
            [
                "INSERT INTO holdfast_change (kind, ref, op) VALUES ('product', COALESCE(NEW.sku, ''), 'u')",
                'IF NOT (NEW.sku <=> OLD.sku) THEN '
                    . "INSERT INTO holdfast_change (kind, ref, op) VALUES ('product', COALESCE(OLD.sku, ''), 'd'); END IF",
            ],
            $this->created()['holdfast_catalog_product_entity_u']
        );
    }

    public function testDoesNotTellThatACouponWasUsed(): void
    {
        [$statement] = $this->created()['holdfast_salesrule_coupon_u'];
        self::assertStringStartsWith('IF NOT (NEW.code <=> OLD.code AND NEW.rule_id <=> OLD.rule_id) THEN INSERT', $statement);
    }

    public function testTakesAllOfThemAwayAgain(): void
    {
        $connection = new TriggerConnection();
        $triggers = new ChangeTriggers(new ResourceConnection($connection), new TriggerFactory(), new MetadataPool());
        $triggers->create();
        $triggers->drop();
        self::assertSame([], $connection->triggers);
    }
}
