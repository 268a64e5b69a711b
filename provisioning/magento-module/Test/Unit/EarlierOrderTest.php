<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Test\Unit;

use Holdfast\Terminal\Model\Data\Sale;
use Holdfast\Terminal\Model\Sale\EarlierOrder;
use Holdfast\Terminal\Test\Doubles\OrdersConnection;
use Magento\Framework\App\ResourceConnection;
use PHPUnit\Framework\TestCase;

class EarlierOrderTest extends TestCase
{
    private const ORDER = ['increment_id' => '000000123', 'state' => 'new', 'created_at' => '2026-11-23 04:20:00',
        'ext_order_id' => '', 'customer_lastname' => 'Laden Berlin'];

    private function found(array $change): ?string
    {
        $orders = new EarlierOrder(new ResourceConnection(new OrdersConnection([$change + self::ORDER])));
        return $orders->find(new Sale(['receipt_number' => 'K1-00000042', 'sold_at' => '2026-11-23T04:11:12Z']));
    }

    public function testFindsTheOrderThatATillHasMarked(): void
    {
        self::assertSame('000000123', $this->found(['ext_order_id' => 'K1-00000042', 'created_at' => '2020-01-01 00:00:00']));
    }

    public function testFindsACartsOrderByTheNameThatItWasPlacedUnder(): void
    {
        self::assertSame('000000123', $this->found(['customer_lastname' => 'K1-00000042']));
    }

    public function testLooksForNamesOnlyAmongOrdersSinceTheSale(): void
    {
        self::assertNull($this->found(['customer_lastname' => 'K1-00000042', 'created_at' => '2026-11-21 00:00:00']));
    }

    public function testLeavesOthersAndCancelledOnesAlone(): void
    {
        self::assertNull($this->found([]));
        self::assertNull($this->found(['ext_order_id' => 'K1-00000042', 'state' => 'canceled']));
        self::assertNull($this->found(['customer_lastname' => 'K1-00000042', 'state' => 'canceled']));
    }
}
