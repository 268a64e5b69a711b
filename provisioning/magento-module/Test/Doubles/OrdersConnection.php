<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Test\Doubles;

use Magento\Framework\DB\Adapter\AdapterInterface;

/**
 * A connection over some orders in memory, which it searches by the conditions of a select: one column, one operator each.
 */
class OrdersConnection implements AdapterInterface
{
    /** @var array<int, array{0: string, 1: string, 2: string}> Column, operator and value of the select being made. */
    private array $conditions = [];

    /**
     * @param array<int, array<string, string>> $orders
     */
    public function __construct(private readonly array $orders)
    {
    }

    public function select(): self
    {
        $this->conditions = [];
        return $this;
    }

    public function from(string $table, string $column): self
    {
        return $this;
    }

    public function where(string $condition, string $value): self
    {
        [$column, $operator] = explode(' ', $condition);
        $this->conditions[] = [$column, $operator, $value];
        return $this;
    }

    public function fetchOne(self $select): string|false
    {
        foreach ($this->orders as $order) {
            foreach ($this->conditions as [$column, $operator, $value]) {
                $compared = strcmp($order[$column] ?? '', $value);
                $holds = ['=' => $compared === 0, '<>' => $compared !== 0, '>=' => $compared >= 0][$operator];
                if (!$holds) {
                    continue 2;
                }
            }
            return $order['increment_id'];
        }
        return false;
    }
}
