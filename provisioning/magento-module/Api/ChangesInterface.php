<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Api;

/**
 * What was written in the shop: prices, products, stock, rules, taxes, customers, settings.
 *
 * @api
 */
interface ChangesInterface
{
    /**
     * Changes after a cursor. A reader pages on with the id of the last change it got, and begins its next reading at the
     * lowest `next_cursor` that it was given: changes may come twice, but none is left out because its transaction was slow.
     *
     * HTTP 410: changes after this cursor are no longer kept, or there never were any; read everything anew.
     *
     * @param int $cursor 0: from the oldest that is kept.
     * @param int $limit At most 5000.
     * @return \Holdfast\Terminal\Api\Data\ChangeListInterface
     */
    public function getList(int $cursor = 0, int $limit = 1000): Data\ChangeListInterface;

    /**
     * No changes, but the cursor to begin with so that nothing is missed of what is written from now on.
     *
     * @return \Holdfast\Terminal\Api\Data\ChangeListInterface
     */
    public function getNewest(): Data\ChangeListInterface;
}
