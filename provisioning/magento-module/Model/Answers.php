<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model;

use Holdfast\Terminal\Model\Data\PaymentOutcomeResult;
use Holdfast\Terminal\Model\Data\Reservation;
use Holdfast\Terminal\Model\Data\ReturnResult;
use Holdfast\Terminal\Model\Data\SaleResult;
use Holdfast\Terminal\Model\Data\SourceDeduction;

/**
 * Answers as they are stored, as the objects that the framework turns into JSON.
 */
class Answers
{
    /**
     * @param array<string, mixed> $answer
     */
    public function sale(array $answer): SaleResult
    {
        return new SaleResult($this->withMoves($answer));
    }

    /**
     * @param array<string, mixed> $answer
     */
    public function saleReturn(array $answer): ReturnResult
    {
        return new ReturnResult($this->withMoves($answer));
    }

    /**
     * @param array<string, mixed> $answer
     */
    public function outcome(array $answer): PaymentOutcomeResult
    {
        return new PaymentOutcomeResult($answer);
    }

    /**
     * @param array<string, mixed> $answer
     * @return array<string, mixed>
     */
    private function withMoves(array $answer): array
    {
        return [
            'reservations' => array_map(
                // A whole number comes back from JSON as an integer.
                static fn (array $row) => new Reservation(['quantity' => (float)$row['quantity']] + $row),
                $answer['reservations']
            ),
            'source_deductions' => array_map(
                static fn (array $row) => new SourceDeduction(['quantity' => (float)$row['quantity']] + $row),
                $answer['source_deductions']
            ),
        ] + (isset($answer['grand_total']) ? ['grand_total' => (float)$answer['grand_total']] : []) + $answer;
    }
}
