<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Document;

use Holdfast\Terminal\Model\Refusal;
use Holdfast\Terminal\Model\Transaction;

/**
 * Carries out what a till posts exactly once, however often and however simultaneously it is posted.
 */
class PostOnce
{
    private const LOOKS = 3;

    public function __construct(
        private readonly Transaction $transaction,
        private readonly DocumentTable $documents,
        private readonly PayloadHash $payloadHash
    ) {
    }

    /**
     * @param string $kind One of the constants of DocumentTable.
     * @param string|null $number What must be unique beside the id: a receipt or return number.
     * @param array<string, mixed> $contents As posted.
     * @param callable(): array{order_id: int, answer: array<string, mixed>} $write Runs inside the transaction.
     * @return array<string, mixed> The answer, with `duplicate`.
     * @throws Refusal The id was posted with other contents, or the number with another id.
     */
    public function post(string $kind, string $id, ?string $number, array $contents, callable $write): array
    {
        $hash = $this->payloadHash->of($contents);
        for ($look = 1; ; $look++) {
            try {
                return $this->transaction->run(function () use ($kind, $id, $number, $hash, $contents, $write): array {
                    $this->documents->claim($kind, $id, $number, $hash, $contents);
                    $written = $write();
                    $this->documents->complete($kind, $id, $written['order_id'], $written['answer']);
                    return ['duplicate' => false] + $written['answer'];
                });
            } catch (AlreadyPosted $taken) {
                $stored = $this->documents->find($kind, $id);
                if ($stored !== null) {
                    return $this->again($stored, $hash);
                }
                $other = $number === null ? null : $this->documents->findByNumber($kind, $number);
                if ($other !== null) {
                    throw Refusal::conflict("Number $number was already used by $kind {$other->id}.");
                }
                // Whoever was in the way has been removed since.
                if ($look === self::LOOKS) {
                    throw new \RuntimeException("Document $id is taken by none that can be found", 0, $taken);
                }
            }
        }
    }

    /**
     * @return array<string, mixed>
     */
    private function again(StoredDocument $stored, string $hash): array
    {
        if (!hash_equals($stored->hash, $hash)) {
            throw Refusal::conflict("Document {$stored->id} was already posted with other contents.");
        }
        return ['duplicate' => true] + $stored->answer;
    }
}
