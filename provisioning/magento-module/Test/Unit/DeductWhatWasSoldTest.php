<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Test\Unit;

use Holdfast\Terminal\Model\Stock\ManagedStock;
use Holdfast\Terminal\Model\Stock\Sources;
use Holdfast\Terminal\Model\Stock\StockMoves;
use Holdfast\Terminal\Plugin\DeductWhatWasSold;
use Holdfast\Terminal\Plugin\NoteReservations;
use Magento\Framework\Serialize\SerializerInterface;
use Magento\InventoryReservationsApi\Model\AppendReservationsInterface;
use Magento\InventorySalesApi\Api\Data\SalesChannelInterface;
use Magento\InventorySourceDeductionApi\Model\SourceDeductionRequestInterface;
use Magento\InventorySourceDeductionApi\Model\SourceDeductionServiceInterface;
use PHPUnit\Framework\TestCase;

class DeductWhatWasSoldTest extends TestCase
{
    private StockMoves $moves;

    protected function setUp(): void
    {
        $this->moves = new StockMoves();
    }

    private function request(array $quantities): SourceDeductionRequestInterface
    {
        $items = [];
        foreach ($quantities as [$sku, $qty]) {
            $items[] = new class ($sku, $qty) {
                public function __construct(private readonly string $sku, private readonly float $qty)
                {
                }

                public function getSku(): string
                {
                    return $this->sku;
                }

                public function getQty(): float
                {
                    return $this->qty;
                }
            };
        }
        $request = $this->createStub(SourceDeductionRequestInterface::class);
        $request->method('getSourceCode')->willReturn('store-berlin');
        $request->method('getItems')->willReturn($items);
        $request->method('getSalesChannel')->willReturn($this->createStub(SalesChannelInterface::class));
        return $request;
    }

    private function plugin(Sources $sources): DeductWhatWasSold
    {
        $managed = $this->createStub(ManagedStock::class);
        $managed->method('only')->willReturnCallback(
            static fn ($channel, array $quantities) => array_diff_key($quantities, ['UNMANAGED' => 0])
        );
        return new DeductWhatWasSold($this->moves, $managed, $sources);
    }

    public function testLeavesEverybodyElseToMagento(): void
    {
        $sources = $this->createMock(Sources::class);
        $sources->expects(self::never())->method('deduct');
        $proceeded = 0;
        $this->plugin($sources)->aroundExecute(
            $this->createStub(SourceDeductionServiceInterface::class),
            static function () use (&$proceeded): void {
                $proceeded++;
            },
            $this->request([['HOU-03', 1.0]])
        );
        self::assertSame(1, $proceeded);
    }

    public function testDeductsOfATillsGoodsTheSumBySkuWhereStockIsManaged(): void
    {
        $this->moves->open('store-berlin');
        $sources = $this->createMock(Sources::class);
        $sources->expects(self::once())->method('deduct')->with('store-berlin', ['HOU-03' => 3.0]);
        $this->plugin($sources)->aroundExecute(
            $this->createStub(SourceDeductionServiceInterface::class),
            static fn () => self::fail('Magento would refuse what the source does not have'),
            $this->request([['HOU-03', 1.0], ['HOU-03', 2.0], ['UNMANAGED', 5.0]])
        );
    }

    public function testNotesReservationsOnlyWhileATillDocumentIsWritten(): void
    {
        $serializer = $this->createStub(SerializerInterface::class);
        $serializer->method('unserialize')->willReturnCallback(static fn ($text) => json_decode($text, true));
        $plugin = new NoteReservations($this->moves, $serializer);
        $reservation = new class {
            public function getSku(): string
            {
                return 'HOU-03';
            }

            public function getQuantity(): float
            {
                return -2.0;
            }

            public function getMetadata(): string
            {
                return '{"event_type":"order_placed"}';
            }
        };
        $subject = $this->createStub(AppendReservationsInterface::class);
        $plugin->beforeExecute($subject, [$reservation]);
        self::assertSame([], $this->moves->reservations());
        $this->moves->open('store-berlin');
        $plugin->beforeExecute($subject, [$reservation]);
        self::assertSame(
            [['sku' => 'HOU-03', 'quantity' => -2.0, 'event_type' => 'order_placed']],
            $this->moves->reservations()
        );
    }
}
