<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Sale;

use Holdfast\Terminal\Api\Data\SaleInterface;
use Magento\Framework\App\ResourceConnection;
use Magento\Framework\DB\Adapter\AdapterInterface;

/**
 * Counts the use of cart price rules and coupons. Magento's own way loads, adds and saves, and loses counts when sales run side
 * by side; this adds in the database. Always in the same order, so that two sales never wait for each other in a circle.
 */
class CouponUsage
{
    public function __construct(private readonly ResourceConnection $resource)
    {
    }

    /**
     * @param int|null $customerId Null: a guest.
     * @return string[] Warnings.
     */
    public function count(SaleInterface $sale, ?int $customerId): array
    {
        $warnings = [];
        foreach ($this->ruleIds($sale) as $ruleId) {
            if (!$this->addOne('salesrule', ['rule_id = ?' => $ruleId])) {
                $warnings[] = "cart price rule $ruleId does not exist, its use was not counted";
                continue;
            }
            $this->countForCustomer($ruleId, $customerId);
        }
        $code = (string)$sale->getCouponCode();
        if ($code !== '' && !$this->countCoupon($code, $customerId)) {
            $warnings[] = "coupon $code does not exist, its use was not counted";
        }
        return $warnings;
    }

    /**
     * @return int[] Ascending.
     */
    private function ruleIds(SaleInterface $sale): array
    {
        $ids = array_unique(array_map('intval', explode(',', (string)$sale->getAppliedRuleIds())));
        sort($ids);
        return array_values(array_filter($ids));
    }

    private function countForCustomer(int $ruleId, ?int $customerId): void
    {
        if ($customerId === null) {
            return;
        }
        // This table has no unique key: update first, insert only if there was nothing.
        if (!$this->addOne('salesrule_customer', ['rule_id = ?' => $ruleId, 'customer_id = ?' => $customerId])) {
            $this->connection()->insert(
                $this->resource->getTableName('salesrule_customer'),
                ['rule_id' => $ruleId, 'customer_id' => $customerId, 'times_used' => 1]
            );
        }
    }

    private function countCoupon(string $code, ?int $customerId): bool
    {
        $coupons = $this->resource->getTableName('salesrule_coupon');
        $select = $this->connection()->select()->from($coupons, 'coupon_id')->where('code = ?', $code);
        $couponId = (int)$this->connection()->fetchOne($select);
        if ($couponId === 0) {
            return false;
        }
        $this->addOne('salesrule_coupon', ['coupon_id = ?' => $couponId]);
        if ($customerId !== null) {
            $this->connection()->insertOnDuplicate(
                $this->resource->getTableName('salesrule_coupon_usage'),
                ['coupon_id' => $couponId, 'customer_id' => $customerId, 'times_used' => 1],
                ['times_used' => new \Zend_Db_Expr('times_used + 1')]
            );
        }
        return true;
    }

    /**
     * @param array<string, int> $where
     * @return bool Whether there was a row.
     */
    private function addOne(string $table, array $where): bool
    {
        return $this->connection()->update(
            $this->resource->getTableName($table),
            ['times_used' => new \Zend_Db_Expr('times_used + 1')],
            $where
        ) > 0;
    }

    private function connection(): AdapterInterface
    {
        return $this->resource->getConnection();
    }
}
