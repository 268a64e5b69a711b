<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Api;

/**
 * Prices computed by catalogue price rules, which Magento's own REST interface does not give.
 *
 * @api
 */
interface CatalogRulePricesInterface
{
    /**
     * Prices of yesterday, today and tomorrow, by row id. Row ids change with every rebuild of the table: read the whole
     * list in one go, and again if its first page has changed meanwhile.
     *
     * @param int $afterId Row id of the last price of the page before; 0 for the first page.
     * @param int $limit At most 5000.
     * @return \Holdfast\Terminal\Api\Data\CatalogRulePriceInterface[]
     */
    public function getList(int $afterId = 0, int $limit = 1000): array;
}
