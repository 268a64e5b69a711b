<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Test\Unit;

use Holdfast\Terminal\Model\Data\ReturnLine;
use Holdfast\Terminal\Model\Refusal;
use Holdfast\Terminal\Model\Returns\Allocation;
use PHPUnit\Framework\TestCase;

class AllocationTest extends TestCase
{
    private function line(float $qty, float $rowTotal = 10.0, string $sku = 'HOU-03'): ReturnLine
    {
        return new ReturnLine([
            'sku' => $sku, 'qty' => $qty, 'row_total' => $rowTotal, 'row_total_incl_tax' => $rowTotal,
            'discount_amount' => 0.0, 'tax_amount' => 1.0, 'discount_tax_compensation_amount' => 0.0,
        ]);
    }

    public function testTakesTheFiguresAsSent(): void
    {
        $allocated = (new Allocation())->allocate([$this->line(2)], [7 => ['sku' => 'hou-03', 'left' => 4.0]]);
        self::assertSame([7], array_keys($allocated));
        self::assertSame([2.0, 10.0, 1.0], [
            $allocated[7]['qty'], $allocated[7]['row_total'], $allocated[7]['tax_amount'],
        ]);
    }

    public function testSpreadsOverLinesOfTheSameArticleToTheCent(): void
    {
        $items = [
            1 => ['sku' => 'HOU-03', 'left' => 1.0],
            2 => ['sku' => 'OTHER', 'left' => 9.0],
            3 => ['sku' => 'HOU-03', 'left' => 5.0],
        ];
        $allocated = (new Allocation())->allocate([$this->line(3)], $items);
        self::assertSame([1.0, 2.0], [$allocated[1]['qty'], $allocated[3]['qty']]);
        self::assertSame([3.33, 6.67], [$allocated[1]['row_total'], $allocated[3]['row_total']]);
        self::assertSame([0.33, 0.67], [$allocated[1]['tax_amount'], $allocated[3]['tax_amount']]);
    }

    public function testPutsBackOnTheShelfWhatIsFitForIt(): void
    {
        $items = [1 => ['sku' => 'HOU-03', 'left' => 1.0], 3 => ['sku' => 'HOU-03', 'left' => 5.0]];
        $line = $this->line(3);
        $line->setQtyToStock(2.0);
        $allocated = (new Allocation())->allocate([$line], $items);
        self::assertSame([1.0, 1.0], [$allocated[1]['qty_to_stock'], $allocated[3]['qty_to_stock']]);
        $allocated = (new Allocation())->allocate([$this->line(3)], $items);
        self::assertSame([1.0, 2.0], [$allocated[1]['qty_to_stock'], $allocated[3]['qty_to_stock']]);
    }

    public function testCountsWhatEarlierLinesOfTheSameReturnTook(): void
    {
        $this->expectExceptionMessage('HOU-03: 1 more than can be returned');
        (new Allocation())->allocate([$this->line(2), $this->line(1)], [1 => ['sku' => 'HOU-03', 'left' => 2.0]]);
    }

    public function testRefusesWhatWasNotSoldOrNotPaid(): void
    {
        $this->expectException(Refusal::class);
        $this->expectExceptionMessage('HOU-03: 2 more than can be returned');
        (new Allocation())->allocate([$this->line(2)], [1 => ['sku' => 'HOU-03', 'left' => 0.0]]);
    }
}
