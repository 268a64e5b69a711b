<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model;

use Holdfast\Terminal\Api\Data\PaymentOutcomeInterface;
use Holdfast\Terminal\Api\Data\PaymentOutcomeResultInterface;
use Holdfast\Terminal\Api\PaymentOutcomeManagementInterface;
use Holdfast\Terminal\Model\Document\DocumentTable;
use Holdfast\Terminal\Model\Document\PostOnce;
use Holdfast\Terminal\Model\Payment\Outcomes;
use Holdfast\Terminal\Model\Payment\OutcomeWriter;

/**
 * @inheritdoc
 */
class PaymentOutcomeManagement implements PaymentOutcomeManagementInterface
{
    private const LONGEST_REFERENCE = 100;
    private const LONGEST_ID = 64;

    public function __construct(
        private readonly PostOnce $postOnce,
        private readonly OutcomeWriter $writer,
        private readonly Answers $answers
    ) {
    }

    /**
     * @inheritdoc
     */
    public function post(PaymentOutcomeInterface $outcome): PaymentOutcomeResultInterface
    {
        $this->check($outcome);
        return $this->answers->outcome($this->postOnce->post(
            DocumentTable::OUTCOME,
            $outcome->getOutcomeId()
                ?? implode(' ', [$outcome->getSaleId(), $outcome->getOutcome(), $outcome->getPaymentReference()]),
            null,
            $outcome->__toArray(),
            fn (): array => $this->writer->write($outcome)
        ));
    }

    /**
     * @throws Refusal
     */
    private function check(PaymentOutcomeInterface $outcome): void
    {
        $problems = [];
        if ((string)$outcome->getSaleId() === '') {
            $problems[] = 'no sale_id';
        }
        $length = mb_strlen($outcome->getOutcomeId() ?? 'x');
        if ($length < 1 || $length > self::LONGEST_ID) {
            $problems[] = 'outcome_id must have 1..' . self::LONGEST_ID . ' characters';
        }
        $length = mb_strlen((string)$outcome->getPaymentReference());
        if ($length < 1 || $length > self::LONGEST_REFERENCE) {
            $problems[] = 'payment_reference must have 1..' . self::LONGEST_REFERENCE . ' characters';
        }
        if (!in_array($outcome->getOutcome(), Outcomes::ALL, true)) {
            $problems[] = 'outcome must be one of ' . implode(', ', Outcomes::ALL);
        }
        if ($problems) {
            throw Refusal::invalid('The outcome is not valid: ' . implode('; ', $problems));
        }
    }
}
