<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Document;

use Holdfast\Terminal\Model\FinalAnswer;

/**
 * The document's id or number is taken; the stored one tells by whom.
 */
class AlreadyPosted extends \RuntimeException implements FinalAnswer
{
}
