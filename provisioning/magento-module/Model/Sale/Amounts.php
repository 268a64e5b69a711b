<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Sale;

/**
 * Amounts as Magento's tables keep them.
 */
class Amounts
{
    /**
     * Each amount also as `base_…`: a till sells in the store's base currency.
     *
     * @param array<string, float|null> $amounts
     * @return array<string, float>
     */
    public static function withBase(array $amounts): array
    {
        $all = [];
        foreach ($amounts as $field => $amount) {
            $all[$field] = (float)$amount;
            $all["base_$field"] = (float)$amount;
        }
        return $all;
    }
}
