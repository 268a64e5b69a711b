<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Test\Doubles;

use Holdfast\Terminal\Model\Document\AlreadyPosted;
use Holdfast\Terminal\Model\Document\DocumentTable;
use Holdfast\Terminal\Model\Document\StoredDocument;

/**
 * The table of documents in memory, with its two unique keys. What is not completed is forgotten, as a rollback would.
 */
class Documents extends DocumentTable
{
    /** @var array<string, StoredDocument> */
    private array $stored = [];
    /** @var array<string, string> */
    private array $numbers = [];
    private ?array $claimed = null;

    public function __construct()
    {
    }

    public function claim(string $kind, string $id, ?string $number, string $hash, array $contents): void
    {
        if (isset($this->stored["$kind $id"]) || isset($this->numbers["$kind $number"])) {
            throw new AlreadyPosted('Duplicate entry');
        }
        $this->claimed = [$hash, $contents, $number];
    }

    public function complete(string $kind, string $id, int $orderId, array $answer): void
    {
        [$hash, $contents, $number] = $this->claimed;
        $this->stored["$kind $id"] = new StoredDocument($id, $hash, $orderId, $contents, $answer);
        if ($number !== null) {
            $this->numbers["$kind $number"] = $id;
        }
    }

    public function find(string $kind, string $id): ?StoredDocument
    {
        return $this->stored["$kind $id"] ?? null;
    }

    public function findByNumber(string $kind, string $number): ?StoredDocument
    {
        $id = $this->numbers["$kind $number"] ?? null;
        return $id === null ? null : $this->find($kind, $id);
    }
}
