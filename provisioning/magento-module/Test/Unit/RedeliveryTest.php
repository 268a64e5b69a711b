<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Test\Unit;

use Holdfast\Terminal\Model\Snapshot\Redelivery;
use PHPUnit\Framework\TestCase;

class RedeliveryTest extends TestCase
{
    private function next(int $cursor, array $ages): int
    {
        $changes = [];
        foreach ($ages as $id => $age) {
            $changes[] = ['id' => $id, 'age' => $age];
        }
        return (new Redelivery())->nextCursor($cursor, $changes);
    }

    public function testGoesOnBehindTheLastChange(): void
    {
        self::assertSame(12, $this->next(10, [11 => 5, 12 => 1]));
        self::assertSame(10, $this->next(10, []));
    }

    public function testStaysBeforeAGapThatMayStillFill(): void
    {
        // 11 and 12 belong to a transaction that began first and has not ended.
        self::assertSame(10, $this->next(10, [13 => 3, 14 => 2]));
        self::assertSame(11, $this->next(10, [11 => 4, 13 => 3]));
    }

    public function testPassesAGapThatIsOlderThanAnyTransaction(): void
    {
        self::assertSame(14, $this->next(10, [13 => Redelivery::WINDOW, 14 => 2]));
    }

    public function testBeginsWithTheOldestChangeThatIsKept(): void
    {
        self::assertSame(43, $this->next(0, [43 => 1]));
    }
}
