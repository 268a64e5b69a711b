<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Test\Unit;

use Holdfast\Terminal\Model\Sale\Goods;
use PHPUnit\Framework\TestCase;

class GoodsTest extends TestCase
{
    /**
     * @return iterable<string, array<int, mixed>>
     */
    public function kinds(): iterable
    {
        yield 'simple' => ['simple', Goods::STOCKED, 'simple', 5, true, null];
        yield 'virtual' => ['virtual', Goods::VIRTUAL, 'virtual', 5, true, null];
        yield 'downloadable' => ['downloadable', Goods::VIRTUAL, 'virtual', 5, true, null];
        yield 'deleted' => [null, Goods::DELETED, 'simple', null, false, 'product X does not exist'];
        yield 'configurable' => ['configurable', Goods::TEXT, 'virtual', null, false,
            'line X is a configurable product, saved as a text line without stock movement'];
        yield 'bundle' => ['bundle', Goods::TEXT, 'virtual', null, false,
            'line X is a bundle product, saved as a text line without stock movement'];
    }

    /**
     * @dataProvider kinds
     */
    public function testTellsWhatMagentoCanDoWithIt(
        ?string $type,
        string $kind,
        string $itemType,
        ?int $itemProduct,
        bool $reserved,
        ?string $warning
    ): void {
        $goods = new Goods('X', $type === null ? null : 5, $type);
        self::assertSame(
            [$kind, $itemType, $itemProduct, $reserved, $warning],
            [$goods->kind(), $goods->itemType(), $goods->itemProductId(), $goods->isReserved(), $goods->warning()]
        );
    }
}
