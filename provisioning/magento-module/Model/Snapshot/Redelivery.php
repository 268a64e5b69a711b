<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Snapshot;

/**
 * Decides where the next reading of changes begins. Pure.
 *
 * Ids are given when a change is written, not when it is committed: a transaction that began first and ended last leaves a gap
 * that fills later. So a reader is sent back behind the first gap that may still fill. A gap older than any transaction is one
 * for good: its transaction was rolled back.
 */
class Redelivery
{
    /** Seconds; longer than any transaction of the shop. */
    public const WINDOW = 600;

    /**
     * @param int $cursor What the reading began after; 0: with the oldest change that is kept.
     * @param array<int, array{id: int, age: int}> $changes In order of their ids; age in seconds.
     */
    public function nextCursor(int $cursor, array $changes): int
    {
        $settled = $cursor;
        foreach ($changes as $change) {
            $gap = $settled > 0 && $change['id'] > $settled + 1;
            if ($gap && $change['age'] < self::WINDOW) {
                return $settled;
            }
            $settled = $change['id'];
        }
        return $settled;
    }
}
