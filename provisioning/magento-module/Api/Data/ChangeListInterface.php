<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Api\Data;

/**
 * A page of changes.
 *
 * @api
 */
interface ChangeListInterface
{
    /**
     * In order of their ids.
     *
     * @return \Holdfast\Terminal\Api\Data\ChangeInterface[]
     */
    public function getChanges(): array;

    /**
     * @param \Holdfast\Terminal\Api\Data\ChangeInterface[] $changes
     * @return void
     */
    public function setChanges(array $changes): void;

    /**
     * Where the next reading begins. Lies before the last change while an earlier one may still be uncommitted, so that changes may come twice.
     *
     * @return int
     */
    public function getNextCursor(): int;

    /**
     * @param int $nextCursor
     * @return void
     */
    public function setNextCursor(int $nextCursor): void;
}
